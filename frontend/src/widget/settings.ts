import type { Look } from './look';

/** What the server wrote into the frame's page; see widget/templates. */
export type FrameSettings = Look & {
  site: string;
  company: string;
  liveUrl: string;
  /** Where the module lies that draws in the customer's page. */
  hostUrl: string;
  frameToken: string;
  maxUpload: number;
  /** Whether nobody is let in whom the customer's own server does not vouch for. */
  requiresIdentity: boolean;
  /** Whether it is a page of its own, in no other page's frame (Y-20). */
  isAlone: boolean;
};

export function settingsOf(element: HTMLElement): FrameSettings {
  const { requiresIdentity, maxUpload, ...said } = element.dataset;
  return {
    ...(said as Omit<FrameSettings, 'requiresIdentity' | 'maxUpload' | 'isAlone'>),
    maxUpload: Number(maxUpload),
    requiresIdentity: requiresIdentity !== undefined,
    isAlone: parent === window,
  };
}
