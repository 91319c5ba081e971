import { isRecord } from '../../shared/refusal';
import { labelFor, valueFor } from './dataWords';
import './StoredData.css';

type Props = { data: Record<string, unknown> };

/** Everything that is stored, to be read: what is empty is left out, what is long is folded. */
export function StoredData({ data }: Props) {
  const filled = Object.entries(data).filter(([key, value]) => key !== 'id' && !isEmpty(value));
  return (
    <dl class="stored-data">
      {filled.map(([key, value]) => (
        <Entry key={key} label={labelFor(key)} value={value} />
      ))}
    </dl>
  );
}

function Entry({ label, value }: { label: string; value: unknown }) {
  if (Array.isArray(value)) return <List label={label} items={value} />;
  return (
    <div class={isRecord(value) ? 'stored-data__part' : 'stored-data__line'}>
      <dt class="stored-data__label">{label}</dt>
      <dd class="stored-data__value" dir="auto">
        {isRecord(value) ? <StoredData data={value} /> : valueFor(value)}
      </dd>
    </div>
  );
}

function List({ label, items }: { label: string; items: unknown[] }) {
  return (
    <div class="stored-data__part">
      <dt class="unseen">{label}</dt>
      <dd class="stored-data__value">
        <details>
          <summary class="stored-data__summary">
            {label} ({valueFor(items.length)})
          </summary>
          <ul class="stored-data__items">
            {items.map((item, index) => (
              <li key={index} class="stored-data__item" dir="auto">
                {isRecord(item) ? <StoredData data={item} /> : valueFor(item)}
              </li>
            ))}
          </ul>
        </details>
      </dd>
    </div>
  );
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isRecord(value)) return Object.values(value).every(isEmpty);
  return value === null || value === '' || value === undefined;
}
