import type { Entry, Launcher, Reception } from '../../shared/style';
import type { Surroundings } from './surroundings';

/** All that decides how a launcher looks. */
export type Face = Surroundings & {
  launcher: Launcher;
  /** null while nobody has told yet. */
  reception: Reception | null;
  /** Ours; pictures that lie here are named without it. */
  origin: string;
  /** Pictures that did not come. */
  missed: string[];
};

/** Whether anybody could answer; who does not know yet hopes so. */
export function isAttended({ reception }: Pick<Face, 'reception'>): boolean {
  return reception === null || reception.standing === 'online' || reception.standing === 'busy';
}

/** Whether it is there at all, for who is in no conversation (Y-10, W-30). */
export function isWanted(face: Face): boolean {
  const { launcher, reception } = face;
  if (launcher.hides_offline && (reception === null || !isAttended(face))) return false;
  return reception?.standing !== 'closed' || reception.when_closed !== 'hide';
}

export function isForDevice({ launcher, isPhone }: Face): boolean {
  return (
    launcher.kind !== 'none' && (launcher.on === 'all' || (launcher.on === 'phone') === isPhone)
  );
}

/** Its address; '' when there is none, or none that comes. */
export function pictureOf(face: Face): string {
  const { online, offline } = face.launcher.pictures;
  const [wanted] = [isAttended(face) ? online : offline, online, offline].filter(Boolean);
  const url = wanted ? new URL(wanted, face.origin).href : '';
  return face.missed.includes(url) ? '' : url;
}

/** What is really drawn: without a picture, or without anybody to list, the bubble. */
export function kindOf(face: Face): Launcher['kind'] {
  const { kind } = face.launcher;
  const hasPicture = pictureOf(face) !== '';
  const hasEntries = (face.reception?.entries ?? []).length > 0;
  if (kind === 'list' && !hasEntries) return 'bubble';
  if (kind === 'group' && !hasEntries && !hasPicture) return 'bubble';
  return kind === 'picture' && !hasPicture ? 'bubble' : kind;
}

export function keyOf({ kind, id }: Entry): string {
  return `${kind}:${id}`;
}
