import { useTranslation } from 'react-i18next';
import { knownEvent } from './auditEvents';

/** An event in plain words. */
export function useEventName(): (event: string) => string {
  const { t } = useTranslation();
  return (event) => {
    const known = knownEvent(event);
    return known ? t(`admin.events.${known}`) : event;
  };
}
