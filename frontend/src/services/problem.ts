export interface FieldProblem {
  field: string;
  code: string;
  message: string;
}

/**
 * Every failure of a call, told apart by `code`, never by its text.
 *
 * Two codes are made here, where no server answered: `offline` (nothing could be reached) and `unreadable` (an answer
 * that is no problem document, e.g. from a proxy in between).
 */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  /** What whoever runs the server can do; the server gives it to administrators alone. */
  readonly hint: string | undefined;
  readonly fields: readonly FieldProblem[];
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(given: {
    status: number;
    code: string;
    message: string;
    hint?: string;
    fields?: readonly FieldProblem[];
    requestId?: string;
    retryAfterSeconds?: number;
  }) {
    super(given.message);
    this.name = 'ApiError';
    this.status = given.status;
    this.code = given.code;
    this.hint = given.hint;
    this.fields = given.fields ?? [];
    this.requestId = given.requestId;
    this.retryAfterSeconds = given.retryAfterSeconds;
  }
}

interface Problem {
  code: string;
  detail: string;
  hint?: string | null;
  request_id?: string;
  errors?: FieldProblem[] | null;
}

/** Whether this is a problem document; an answer of a proxy in between is none. */
function isProblem(body: unknown): body is Problem {
  if (typeof body !== 'object' || body === null) return false;
  const given = body as Partial<Record<keyof Problem, unknown>>;
  return typeof given.code === 'string' && typeof given.detail === 'string';
}

/** Reads the problem document out of an error answer's body. */
export function problemOf(status: number, body: unknown, headers?: Headers): ApiError {
  const retryAfter = Number(headers?.get('retry-after') ?? Number.NaN);
  const retryAfterSeconds = Number.isFinite(retryAfter) ? retryAfter : undefined;
  if (!isProblem(body)) {
    return new ApiError({ status, code: 'unreadable', message: `HTTP ${status}`, retryAfterSeconds });
  }
  return new ApiError({
    status,
    code: body.code,
    message: body.detail,
    hint: body.hint ?? undefined,
    fields: Array.isArray(body.errors) ? body.errors : [],
    requestId: body.request_id,
    retryAfterSeconds,
  });
}

export async function problemOfResponse(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  return problemOf(response.status, body, response.headers);
}

export function isApiError(error: unknown, code?: string): error is ApiError {
  return error instanceof ApiError && (code === undefined || error.code === code);
}

/**
 * Whether the server said that something is not there, or not for this person. A document whose text is yet to be read
 * (`no_text`) is there.
 */
export const isGone = (error: unknown): boolean =>
  isApiError(error) && error.status === 404 && error.code !== 'no_text';
