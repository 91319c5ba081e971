import columns from 'icon:columns';
import { useState } from 'preact/hooks';
import { IconButton } from '../shared/IconButton';
import { t } from '../shared/i18n';
import type { Desk } from './desk';
import { number } from './numbers';
import { Popover } from './Popover';
import { COLUMNS, columnName } from './visitorColumns';
import { STATES, type VisitorFilter, type VisitorState } from './visitorOrder';
import './Segments.css';
import './VisitorFilters.css';

type Counts = Record<VisitorState | 'all', number>;
type Props = {
  desk: Desk;
  filter: VisitorFilter;
  counts: Counts;
  onFilter: (filter: VisitorFilter) => void;
};

/** Finds one among very many (V-13, V-16, V-21). */
export function VisitorFilters({ desk, filter, counts, onFilter }: Props) {
  return (
    <search class="visitor-filters">
      <input
        class="visitor-filters__text"
        type="search"
        value={filter.text}
        placeholder={t('Name, number, place, address…')}
        aria-label={t('Find a visitor')}
        onInput={(event) => onFilter({ ...filter, text: event.currentTarget.value })}
      />
      <fieldset class="segments">
        <legend class="unseen">{t('State')}</legend>
        {(['all', ...STATES] as const).map((state) => (
          <button
            key={state}
            class="segments__segment"
            type="button"
            aria-pressed={filter.state === state}
            onClick={() => onFilter({ ...filter, state })}
          >
            {stateName(state)} <span class="visitor-filters__count">{number(counts[state])}</span>
          </button>
        ))}
      </fieldset>
      <select
        class="select"
        aria-label={t('New or returning')}
        value={filter.kind}
        onChange={(event) => onFilter({ ...filter, kind: kindIn(event.currentTarget.value) })}
      >
        <option value="all">{t('New and returning')}</option>
        <option value="new">{t('New')}</option>
        <option value="returning">{t('Returning')}</option>
      </select>
      <input
        class="visitor-filters__page"
        type="search"
        value={filter.page}
        placeholder={t('Page')}
        aria-label={t('On a page with')}
        onInput={(event) => onFilter({ ...filter, page: event.currentTarget.value })}
      />
      <ColumnChooser desk={desk} />
    </search>
  );
}

function ColumnChooser({ desk }: { desk: Desk }) {
  const [open, setOpen] = useState(false);
  const { columns: chosen } = desk.preferences;
  const toggle = (column: (typeof COLUMNS)[number]) => {
    const without = chosen.peek().filter((one) => one !== column);
    const added = without.length < chosen.peek().length ? without : [...without, column];
    chosen.value = COLUMNS.filter((one) => added.includes(one));
  };
  return (
    <span class="visitor-filters__columns">
      <IconButton
        shape={columns}
        label={t('Choose columns')}
        expanded={open}
        onClick={() => setOpen(!open)}
      />
      {open && (
        <Popover label={t('Choose columns')} onClose={() => setOpen(false)}>
          {COLUMNS.filter((column) => column !== 'visitor').map((column) => (
            <label key={column} class="visitor-filters__column">
              <input
                type="checkbox"
                checked={chosen.value.includes(column)}
                onChange={() => toggle(column)}
              />
              {columnName(column)}
            </label>
          ))}
        </Popover>
      )}
    </span>
  );
}

function kindIn(value: string): VisitorFilter['kind'] {
  return value === 'new' || value === 'returning' ? value : 'all';
}

function stateName(state: VisitorState | 'all'): string {
  switch (state) {
    case 'all':
      return t('All');
    case 'waiting':
      return t('Waiting');
    case 'talking':
      return t('Talking');
    case 'inviting':
      return t('Being invited');
    case 'browsing':
      return t('Looking around');
  }
}
