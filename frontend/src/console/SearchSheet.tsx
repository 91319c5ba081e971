import searchIcon from 'icon:search';
import { useEffect, useRef, useState } from 'preact/hooks';
import { fullTime } from '../shared/format';
import { Icon } from '../shared/Icon';
import { t } from '../shared/i18n';
import { Dialog } from './Dialog';
import type { Desk } from './desk';
import { shortTime } from './elapsed';
import { groupsOf, type SearchGroup, type SearchItem } from './searchItems';
import './SearchSheet.css';

type Props = { desk: Desk };

/** One box to find anything; arrow keys choose, Enter opens. */
export function SearchSheet({ desk }: Props) {
  const { search } = desk;
  const found = search.found.value;
  const groups = found ? groupsOf(found, desk.config.me.id) : [];
  const items = groups.flatMap((group) => group.items);
  const [chosen, setChosen] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => setChosen(0), [found]);
  useEffect(() => input.current?.focus(), []);
  const open = (item: SearchItem | undefined) => {
    if (!item) return;
    search.close();
    desk.openFound(item.to, found);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && items.length > 0) {
      event.preventDefault();
      setChosen((chosen + step + items.length) % items.length);
    } else if (event.key === 'Enter' && !event.isComposing) {
      event.preventDefault();
      open(items[chosen]);
    }
  };
  return (
    <Dialog title={t('Search')} wide bare onClose={() => search.close()}>
      <div class="search-sheet__box">
        <Icon shape={searchIcon} />
        <input
          ref={input}
          class="search-sheet__input"
          role="combobox"
          aria-expanded={items.length > 0}
          aria-controls="search-found"
          aria-activedescendant={items[chosen] && idOf(items[chosen])}
          aria-label={t('Search')}
          placeholder={t('Visitors, conversations, messages, colleagues…')}
          value={search.text.value}
          maxLength={200}
          autocomplete="off"
          dir="auto"
          onInput={(event) => search.write(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <kbd class="search-sheet__key">Esc</kbd>
      </div>
      <p class="search-sheet__state" role="status">
        {stateWords(search.state.value, items.length)}
      </p>
      <div class="search-sheet__found" id="search-found" role="listbox" aria-label={t('Found')}>
        {groups.map((group) => (
          <Group key={group.title} group={group} chosen={items[chosen]} onOpen={open} />
        ))}
      </div>
    </Dialog>
  );
}

type GroupProps = {
  group: SearchGroup;
  chosen: SearchItem | undefined;
  onOpen: (item: SearchItem) => void;
};

function Group({ group, chosen, onOpen }: GroupProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of options in a list box, not of fields
    <div role="group" aria-label={group.title}>
      <p class="search-sheet__title" aria-hidden="true">
        {group.title}
      </p>
      {group.items.map((item) => (
        <Option key={item.key} item={item} chosen={item.key === chosen?.key} onOpen={onOpen} />
      ))}
    </div>
  );
}

type OptionProps = { item: SearchItem; chosen: boolean; onOpen: (item: SearchItem) => void };

function Option({ item, chosen, onOpen }: OptionProps) {
  const option = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (chosen) option.current?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are listened to where the words are written
    // biome-ignore lint/a11y/useFocusableInteractive: the focus stays where the words are written
    <div
      ref={option}
      class="search-sheet__option"
      id={idOf(item)}
      role="option"
      aria-selected={chosen}
      onClick={() => onOpen(item)}
    >
      <span class="search-sheet__name" dir="auto">
        {item.title}
      </span>
      {item.at && (
        <time class="search-sheet__at" dateTime={item.at} title={fullTime(item.at)}>
          {shortTime(item.at)}
        </time>
      )}
      <span class="search-sheet__detail" dir="auto">
        {item.detail}
      </span>
    </div>
  );
}

function idOf(item: SearchItem): string {
  return `found-${item.key.replaceAll(' ', '-')}`;
}

function stateWords(state: string, found: number): string {
  if (state === 'failed') return t('There is no connection. Try again in a moment.');
  if (state === 'searching') return t('Searching…');
  if (state === 'found' && found === 0) return t('Nothing found.');
  return '';
}
