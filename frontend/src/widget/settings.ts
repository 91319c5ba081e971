/** What the server wrote into the frame's page; see widget/templates. */
export type FrameSettings = {
  site: string;
  company: string;
  liveUrl: string;
  frameToken: string;
  maxUpload: number;
  /** Whether nobody is let in whom the customer's own server does not vouch for. */
  requiresIdentity: boolean;
};

export function settingsOf(element: HTMLElement): FrameSettings {
  const {
    site = '',
    company = '',
    liveUrl = '',
    frameToken = '',
    maxUpload = '',
    requiresIdentity,
  } = element.dataset;
  return {
    site,
    company,
    liveUrl,
    frameToken,
    maxUpload: Number(maxUpload),
    requiresIdentity: requiresIdentity !== undefined,
  };
}
