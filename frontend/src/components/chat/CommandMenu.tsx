import { CalendarDays, Hash, type LucideIcon, Mail } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ActionKind } from '@/services/types';
import { cn } from '@/utils/cn';
import type { commandsFor } from '@/utils/commands';

const ICONS: Readonly<Record<ActionKind, LucideIcon>> = { email: Mail, calendar: CalendarDays, slack: Hash };

interface CommandMenuProps {
  id: string;
  commands: ReturnType<typeof commandsFor>;
  /** The one that Enter takes. */
  active: number;
  onChoose: (kind: ActionKind) => void;
  onPoint: (index: number) => void;
}

/** What can be written here, above the field in which "/" was typed. The focus stays in the field. */
export function CommandMenu({ id, commands, active, onChoose, onPoint }: CommandMenuProps) {
  const { t } = useTranslation();
  return (
    <div
      id={id}
      role="listbox"
      aria-label={t('chat.commands')}
      className="absolute bottom-full left-0 z-20 mb-2 w-72 max-w-full animate-in rounded-xl border bg-surface p-1 shadow-lg"
    >
      {commands.map(({ name, kind }, index) => {
        const Icon = ICONS[kind];
        return (
          <div
            key={name}
            id={`${id}-${name}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            onPointerDown={(event) => event.preventDefault()}
            onPointerMove={() => onPoint(index)}
            onClick={() => onChoose(kind)}
            onKeyDown={undefined}
            className={cn(
              'flex min-h-9 cursor-default items-center gap-2.5 rounded-md px-2.5 py-1.5 text-base max-md:min-h-11',
              index === active && 'bg-hover',
            )}
          >
            <Icon className="size-4 shrink-0 text-ink-3" aria-hidden />
            <span className="font-medium">/{name}</span>
            <span className="truncate text-ink-2">{t(`chat.command.${name}`)}</span>
          </div>
        );
      })}
    </div>
  );
}
