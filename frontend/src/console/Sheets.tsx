import { CallsSheet } from './CallsSheet';
import type { Desk } from './desk';
import { GroupSheet } from './GroupSheet';
import { QuestionDialog } from './QuestionDialog';
import { SearchSheet } from './SearchSheet';
import { ShortcutsSheet } from './ShortcutsSheet';

type Props = { desk: Desk };

/** Whatever lies over the page right now. */
export function Sheets({ desk }: Props) {
  const sheet = desk.sheet.value;
  const question = desk.question.value;
  const close = () => {
    desk.sheet.value = null;
  };
  return (
    <>
      {desk.search.isOpen.value && <SearchSheet desk={desk} />}
      {sheet === 'shortcuts' && <ShortcutsSheet desk={desk} onClose={close} />}
      {sheet === 'calls' && <CallsSheet desk={desk} onClose={close} />}
      {sheet === 'group' && <GroupSheet desk={desk} onClose={close} />}
      {question && (
        <QuestionDialog
          question={question}
          onClose={() => {
            desk.question.value = null;
          }}
        />
      )}
    </>
  );
}
