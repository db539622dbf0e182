/** The rules of the forms, with the same limits as the server, so that most mistakes show before anything is sent. */
import { z } from 'zod/mini';

const MIN_PASSWORD_CHARS = 8;
const MAX_PASSWORD_CHARS = 1024;
const MAX_EMAIL_CHARS = 254;
const MAX_NAME_CHARS = 120;

/** Messages are keys of the locale file; the form translates them. */
const email = z
  .string()
  .check(
    z.trim(),
    z.minLength(1, 'validation.emailMissing'),
    z.maxLength(MAX_EMAIL_CHARS, 'validation.emailLong'),
    z.regex(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'validation.emailShape'),
  );

export const loginSchema = z.object({
  email,
  password: z.string().check(z.minLength(1, 'validation.passwordMissing')),
});

const newPassword = z
  .string()
  .check(
    z.minLength(1, 'validation.passwordMissing'),
    z.minLength(MIN_PASSWORD_CHARS, 'validation.passwordShort'),
    z.maxLength(MAX_PASSWORD_CHARS, 'validation.passwordLong'),
  );

export const registerSchema = z.object({
  name: z.string().check(z.trim(), z.maxLength(MAX_NAME_CHARS, 'validation.nameLong')),
  email,
  password: newPassword,
});
export type RegisterInput = z.infer<typeof registerSchema>;

const name = z
  .string()
  .check(
    z.trim(),
    z.minLength(1, 'validation.nameMissing'),
    z.maxLength(MAX_NAME_CHARS, 'validation.nameLong'),
  );

/** The password that proves the owner; an account without one is not asked for it. */
const proof = (asked: boolean) =>
  asked ? z.string().check(z.minLength(1, 'validation.passwordMissing')) : z.string();

export const profileSchema = z.object({ name });

export const emailChangeSchema = (asksPassword: boolean) =>
  z.object({ email, password: proof(asksPassword) });

export const passwordChangeSchema = (asksCurrent: boolean) =>
  z.object({ current_password: proof(asksCurrent), new_password: newPassword });

export const accountDeletionSchema = (asksPassword: boolean) =>
  z.object({
    email: z.string().check(z.trim(), z.minLength(1, 'validation.confirmEmail')),
    password: proof(asksPassword),
  });

export const apiKeySchema = z.object({
  name,
  scopes: z.array(z.string()).check(z.minLength(1, 'validation.scopesMissing')),
  lifetime: z.string(),
});
export const inviteSchema = z.object({ email });
export const forgotSchema = z.object({ email });
export const resetSchema = z.object({ password: newPassword });
/** A password that is there already, asked for once more. */
export const confirmSchema = z.object({
  password: z.string().check(z.minLength(1, 'validation.passwordMissing')),
});
