import { Check } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ComponentProps, ReactNode } from 'react';
import { cn } from '@/utils/cn';
import type { DeferredMenuProps } from './DeferredMenu';

const ITEM =
  'relative flex min-h-8 cursor-default select-none items-center gap-2.5 rounded-md px-2.5 py-1.5 text-base text-ink outline-none data-[disabled]:opacity-50 data-[highlighted]:bg-hover max-md:min-h-10 [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-ink-3';

/** Not modal: the page behind stays readable and scrolls. */
export const Menu = (props: ComponentProps<typeof DropdownMenu.Root>) => (
  <DropdownMenu.Root modal={false} {...props} />
);
export const MenuTrigger = DropdownMenu.Trigger;
export const MenuRadioGroup = DropdownMenu.RadioGroup;

interface OpenMenuProps extends DeferredMenuProps {
  side?: 'top' | 'bottom';
  className?: string;
  children: ReactNode;
}

/** The menu of a `DeferredMenu`: open from the start; the button that opened it gets the focus back. */
export function OpenMenu({
  anchorClassName,
  label,
  onClose,
  focusButton,
  side,
  className,
  children,
}: OpenMenuProps) {
  return (
    <DropdownMenu.Root open modal={false} onOpenChange={onClose}>
      <DropdownMenu.Trigger asChild>
        <span className={anchorClassName} aria-hidden />
      </DropdownMenu.Trigger>
      <MenuContent
        side={side}
        align="start"
        aria-label={label}
        aria-labelledby={undefined}
        className={className}
        onClick={(event) => event.stopPropagation()}
        onKeyDown={(event) => event.stopPropagation()}
        onCloseAutoFocus={(event) => {
          event.preventDefault();
          focusButton();
        }}
      >
        {children}
      </MenuContent>
    </DropdownMenu.Root>
  );
}

export function MenuContent({ className, ...rest }: ComponentProps<typeof DropdownMenu.Content>) {
  return (
    <DropdownMenu.Portal>
      <DropdownMenu.Content
        sideOffset={6}
        collisionPadding={8}
        {...rest}
        className={cn(
          'z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-48 animate-in overflow-y-auto rounded-xl border border-line bg-surface p-1 shadow-lg',
          className,
        )}
      />
    </DropdownMenu.Portal>
  );
}

export function MenuItem({
  danger = false,
  className,
  ...rest
}: ComponentProps<typeof DropdownMenu.Item> & { danger?: boolean }) {
  return (
    <DropdownMenu.Item
      {...rest}
      className={cn(
        ITEM,
        danger && 'text-danger data-[highlighted]:bg-danger-soft [&_svg]:text-danger',
        className,
      )}
    />
  );
}

export function MenuRadioItem({ children, ...rest }: ComponentProps<typeof DropdownMenu.RadioItem>) {
  return (
    <DropdownMenu.RadioItem {...rest} className={cn(ITEM, 'pr-8')}>
      {children}
      <Checked />
    </DropdownMenu.RadioItem>
  );
}

const Checked = () => (
  <DropdownMenu.ItemIndicator className="absolute right-2.5">
    <Check className="!text-accent-text" aria-hidden />
  </DropdownMenu.ItemIndicator>
);

export const MenuLabel = ({ children }: { children: ReactNode }) => (
  <DropdownMenu.Label className="px-2.5 pt-2 pb-1 text-xs font-medium text-ink-3">
    {children}
  </DropdownMenu.Label>
);

export const MenuSeparator = () => <DropdownMenu.Separator className="-mx-1 my-1 h-px bg-line" />;
