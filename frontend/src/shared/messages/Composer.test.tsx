import { render } from 'preact';
import { act } from 'preact/test-utils';
import { expect, it, vi } from 'vitest';
import { Composer, type SendKey } from './Composer';

function composer(draft: string, sendKey?: SendKey) {
  const place = document.createElement('div');
  const onSend = vi.fn();
  const nothing = () => {};
  act(() =>
    render(
      <Composer
        draft={draft}
        attachments={[]}
        placeholder="Write a message"
        {...(sendKey && { sendKey })}
        onDraft={nothing}
        onAttach={nothing}
        onDetach={nothing}
        onSend={onSend}
      />,
      place,
    ),
  );
  const press = (options: KeyboardEventInit) =>
    act(() => {
      const event = new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, ...options });
      place.querySelector('textarea')?.dispatchEvent(event);
    });
  return { place, onSend, press };
}

it('sends with Enter, and begins a new line with Shift and Enter', () => {
  const { onSend, press } = composer('Hello');

  press({ shiftKey: true });
  expect(onSend).not.toHaveBeenCalled();

  press({});
  expect(onSend).toHaveBeenCalledOnce();
});

it('leaves the Enter that picks a word to the input method', () => {
  const { onSend, press } = composer('ni hao');

  press({ isComposing: true });
  press({ keyCode: 229 } as KeyboardEventInit);

  expect(onSend).not.toHaveBeenCalled();
});

it('sends with Ctrl and Enter for who wants that', () => {
  const { onSend, press } = composer('Hello', 'ctrl_enter');

  press({});
  expect(onSend).not.toHaveBeenCalled();

  press({ ctrlKey: true });
  expect(onSend).toHaveBeenCalledOnce();
});

it('sends nothing while there is nothing', () => {
  const { place, onSend, press } = composer('   ');

  press({});

  expect(onSend).not.toHaveBeenCalled();
  expect(place.querySelector<HTMLButtonElement>('[type=submit]')?.disabled).toBe(true);
});
