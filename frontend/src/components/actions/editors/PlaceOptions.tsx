import { AtSign, Hash, Lock, type LucideIcon, Megaphone, User, Users } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Chip } from '@/components/ui/Chip';
import type { Place } from '@/services/types';
import { cn } from '@/utils/cn';
import type { Mentionable } from '@/utils/slackText';

const ICONS: Readonly<Record<Mentionable['kind'], LucideIcon>> = {
  channel: Hash,
  private_channel: Lock,
  person: User,
  user_group: Users,
  broadcast: Megaphone,
};

type Option = Mentionable & Partial<Pick<Place, 'obstacle' | 'shared'>>;

interface PlaceOptionsProps<T extends Option> {
  id: string;
  label: string;
  options: readonly T[];
  /** The one that Enter takes. */
  active: number;
  onPoint: (index: number) => void;
  onChoose: (option: T) => void;
}

export const optionId = (list: string, index: number) => `${list}-${index}`;

/** Channels and people under the field in which a name is typed. The focus stays in the field. */
export function PlaceOptions<T extends Option>({
  id,
  label,
  options,
  active,
  onPoint,
  onChoose,
}: PlaceOptionsProps<T>) {
  const { t } = useTranslation();
  return (
    <div
      id={id}
      role="listbox"
      aria-label={label}
      className="mt-1 max-h-60 overflow-y-auto rounded-xl border bg-surface p-1 shadow-sm"
    >
      {options.map((option, index) => {
        const Icon = ICONS[option.kind] ?? AtSign;
        return (
          <div
            key={option.id}
            id={optionId(id, index)}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            aria-disabled={option.obstacle ? true : undefined}
            ref={(row) => {
              if (index === active) row?.scrollIntoView?.({ block: 'nearest' });
            }}
            onPointerDown={(event) => event.preventDefault()}
            onPointerMove={() => index !== active && onPoint(index)}
            onClick={() => onChoose(option)}
            onKeyDown={undefined}
            className={cn(
              'flex min-h-9 cursor-default items-center gap-2.5 rounded-md px-2.5 py-1.5 text-base max-md:min-h-11',
              index === active && 'bg-hover',
            )}
          >
            <Icon className="size-4 shrink-0 text-ink-3" aria-hidden />
            <span className="min-w-0 flex-1">
              <bdi className={cn('block truncate', option.obstacle ? 'text-ink-2' : 'font-medium')}>
                {option.name}
              </bdi>
              <span className="block truncate text-ink-3 text-xs">
                {option.obstacle
                  ? t(`actions.obstacle.${option.obstacle}`)
                  : t(`actions.placeKind.${option.kind}`)}
                {option.members !== null &&
                  option.kind !== 'person' &&
                  ` · ${t('actions.members', { count: option.members })}`}
              </span>
            </span>
            {option.shared && <Chip tone="warn">{t('actions.sharedOutside')}</Chip>}
          </div>
        );
      })}
    </div>
  );
}
