/** What the server wrote into the frame's page; see widget/templates. */
export type FrameSettings = {
  site: string;
  company: string;
  liveUrl: string;
  frameToken: string;
  maxUpload: number;
};

export function settingsOf(element: HTMLElement): FrameSettings {
  const {
    site = '',
    company = '',
    liveUrl = '',
    frameToken = '',
    maxUpload = '',
  } = element.dataset;
  return { site, company, liveUrl, frameToken, maxUpload: Number(maxUpload) };
}
