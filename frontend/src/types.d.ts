/** The strokes of a Tabler icon; see build/icons.ts. */
declare module 'icon:*' {
  const strokes: string[];
  export default strokes;
}

declare module '@alpinejs/csp' {
  const Alpine: {
    start(): void;
    data(name: string, factory: (...values: never[]) => object): void;
  };
  export default Alpine;
}
