/** Decides whether an API key belongs to a user where keys are not issued here (aMember/Softsale). */
export type LicenceVerdict =
  | {
      valid: true /** Milliseconds since the epoch; null = no end known. */;
      expiresAt: number | null /** How long the verdict may be kept, seconds. */;
      freshSeconds: number;
    }
  | { valid: false; freshSeconds: number };

export interface LicenceVerifier {
  name: string;
  /** Throws `LeadGenError('auth_error')` when the service can't say (outage, timeout, nonsense): never a false "invalid". */
  verify(credentials: { apiKey: string; userId: number }, signal: AbortSignal): Promise<LicenceVerdict>;
}
