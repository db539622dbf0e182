import { useTranslation } from 'react-i18next';
import { FilterButton } from './FilterButton';
import { Menu, MenuContent, MenuRadioGroup, MenuRadioItem, MenuSeparator, MenuTrigger } from './Menu';

interface Option<T extends string> {
  value: T;
  label: string;
}

/** One of several values, or any. */
export function FilterMenu<T extends string>({
  label,
  options,
  value,
  onChange,
}: {
  label: string;
  options: readonly Option<T>[];
  value: T | undefined;
  onChange: (value: T | undefined) => void;
}) {
  const { t } = useTranslation();
  const chosen = options.find((option) => option.value === value);
  return (
    <Menu>
      <MenuTrigger asChild>
        <FilterButton label={label} chosen={chosen?.label} />
      </MenuTrigger>
      <MenuContent align="start">
        <MenuRadioGroup
          value={value ?? ''}
          onValueChange={(next) => onChange((next || undefined) as T | undefined)}
        >
          <MenuRadioItem value="">{t('library.any')}</MenuRadioItem>
          <MenuSeparator />
          {options.map((option) => (
            <MenuRadioItem key={option.value} value={option.value}>
              {option.label}
            </MenuRadioItem>
          ))}
        </MenuRadioGroup>
      </MenuContent>
    </Menu>
  );
}
