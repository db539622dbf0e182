import { useTranslation } from 'react-i18next';

const KNOWN = ['password', 'google', 'microsoft', 'github', 'oidc', 'local'] as const;

/** How a way of signing in is called; one that is not known here keeps its own name. */
export function useMethodName(): (method: string) => string {
  const { t } = useTranslation();
  return (method) => {
    const known = KNOWN.find((item) => item === method);
    return known ? t(`admin.methods.${known}`) : method;
  };
}
