/** One thing that `leadgen doctor` looked at. */
export interface HealthCheck {
  name: string;
  /** `warning`: something does not work that perhaps nobody needs; `failed`: something is wrong. */
  status: 'ok' | 'warning' | 'failed';
  detail: string;
  /** What to do. */
  advice: string | null;
}

export function healthCheck(
  name: string,
  status: HealthCheck['status'],
  detail: string,
  advice: string | null = null,
): HealthCheck {
  return { name, status, detail, advice };
}
