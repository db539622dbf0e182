import { useTranslation } from 'react-i18next';
import { useErrorText } from '@/hooks/useErrorText';
import { useGroupEntry } from '@/hooks/useGroupEntry';
import { useChangePerson } from '@/hooks/usePeople';
import type { Person } from '@/services/types';
import { DrawerSection } from './DrawerSection';
import { GroupsField } from './GroupsField';

/** Each group is added or taken away at once. */
export function PersonGroups({ person }: { person: Person }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const change = useChangePerson(person.id);
  const entry = useGroupEntry(person.groups, (groups) => change.mutate({ groups }));
  return (
    <DrawerSection title={t('admin.groups')} text={t('admin.groupsHint')}>
      {person.groups.length === 0 && (
        <p className="mb-2 text-base text-ink-3">{t('admin.person.groupsNone')}</p>
      )}
      <GroupsField
        label={t('admin.groupAdd')}
        hideLabel
        entry={entry}
        busy={change.isPending}
        error={change.isError ? textOf(change.error) : undefined}
      />
    </DrawerSection>
  );
}
