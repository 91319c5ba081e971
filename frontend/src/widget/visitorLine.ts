import type { WidgetRequest } from '../shared/events';
import { Transport } from '../shared/transport';
import type { HostPage } from './bridge';
import type { HostLink } from './hostLink';
import type { FrameSettings } from './settings';

/** What the visitor's window needs of a transport. */
export type VisitorLine = Pick<
  Transport<WidgetRequest>,
  'ask' | 'hint' | 'onEvent' | 'onState' | 'onCatchUp' | 'start' | 'stop' | 'refusal'
>;

/** The visitor's line to the server; at every connect it tells who and where he is now. */
export function lineFor(
  host: HostLink,
  settings: FrameSettings,
  page: () => HostPage,
): VisitorLine {
  return new Transport<WidgetRequest>({
    liveUrl: settings.liveUrl,
    path: '/live/widget',
    callUrl: `/w/${settings.site}/call`,
    callHeaders: () => headersFor(host, settings),
    auth: () => ({
      site: settings.site,
      frame: settings.frameToken,
      token: host.kept('token') ?? '',
      identity: host.identity,
      page: page(),
      language: host.boot.language,
      zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      screen: `${screen.width}×${screen.height}@${devicePixelRatio}`,
    }),
  });
}

/** The same over plain HTTP. */
export function headersFor(host: HostLink, settings: FrameSettings): Record<string, string> {
  return {
    'X-Frame': settings.frameToken,
    'X-Visitor': host.kept('token') ?? '',
    'X-Identity': host.identity,
    'X-Language': host.boot.language,
  };
}
