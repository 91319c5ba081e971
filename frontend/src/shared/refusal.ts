/** The server understood and said no; the sentence is for people, the code for us, and `fields` has faults by name. */
export class Refused extends Error {
  readonly code: string;
  readonly fields: Record<string, string>;

  constructor(code: string, message: string, fields: Record<string, string> = {}) {
    super(message);
    this.code = code;
    this.fields = fields;
  }
}

/** Nobody answered: no connection, a time-out, a server that is just starting.  Asking again may help. */
export class Unreachable extends Error {}

/** The answer of an ack or of the plain HTTP door, unwrapped. */
export function answerIn<A>(reply: unknown): A {
  if (isRecord(reply) && reply.ok === true) return reply as A;
  const error = isRecord(reply) && isRecord(reply.error) ? reply.error : {};
  const fields = isRecord(error.fields) ? Object.entries(error.fields) : [];
  throw new Refused(
    String(error.code ?? 'unknown'),
    String(error.message ?? ''),
    Object.fromEntries(fields.map(([name, fault]) => [name, String(fault)])),
  );
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
