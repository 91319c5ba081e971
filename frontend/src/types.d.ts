/** The strokes of a Tabler icon; see build/icons.ts. */
declare module 'icon:*' {
  const strokes: string[];
  export default strokes;
}
