/** What comes later than the window itself, in two pieces: what everybody needs, and what stands around the conversation. */
export const parts = () => import('./later/parts');
export const adornments = () => import('./later/adornments');
