import { useTranslation } from 'react-i18next';
import { Fact } from '@/components/ui/Panel';
import type { Connection, Connector } from '@/services/types';
import { formatNumber } from '@/utils/format';
import {
  type OptionField,
  type OptionValue,
  optionFields,
  optionValues,
  readable,
} from '@/utils/optionFields';

/** What is chosen of the source, an option a line. */
export function ChosenOptions({ connector, connection }: { connector: Connector; connection: Connection }) {
  const { t } = useTranslation();
  const fields = optionFields(connector.options).filter(
    ({ onlyWith }) => !onlyWith || onlyWith === connection.credential,
  );
  const values = optionValues(fields, connection.options);
  const worded = ({ name, kind }: OptionField): string => {
    const value: OptionValue = values[name] ?? null;
    if (typeof value === 'boolean') return t(value ? 'connections.yes' : 'connections.no');
    if (typeof value === 'number') return formatNumber(value);
    if (Array.isArray(value)) return value.join(', ') || t('connections.notChosen');
    if (!value) return t('connections.notChosen');
    return kind === 'choice' ? readable(value) : value;
  };
  return fields.map((field) => (
    <Fact key={field.name} label={field.label}>
      {worded(field)}
    </Fact>
  ));
}
