/** Why there is no console to show, and what leads back. */
export type Closure =
  | 'signed_out'
  | 'seat_released'
  | 'offline'
  | 'no_seat'
  | 'not_allowed'
  | 'refused';

const CLOSURES: Record<string, Closure> = {
  not_signed_in: 'signed_out',
  session_ended: 'signed_out',
  company_suspended: 'signed_out',
  no_seat_left: 'no_seat',
  seat_released: 'seat_released',
  not_allowed: 'not_allowed',
};

/** The closure a refusal means, if it means one. */
export function closureFor(code: string): Closure | undefined {
  return CLOSURES[code];
}
