import type { FormField } from '../../shared/style';
import { type Answers, type Complaints, labelOf } from './answers';
import { ConsentField } from './ConsentField';
import { Field } from './Field';

type Props = {
  fields: FormField[];
  answers: Answers;
  complaints: Complaints;
  onAnswer: (key: string, text: string) => void;
};

/** The company's questions, one below the other (W-24, W-25). */
export function FieldList({ fields, answers, complaints, onAnswer }: Props) {
  return (
    <>
      {fields.map((field) => {
        const shared = {
          label: labelOf(field),
          value: answers[field.key] ?? '',
          required: field.is_required,
          complaint: complaints[field.key],
          onValue: (value: string) => onAnswer(field.key, value),
        };
        return field.kind === 'consent' ? (
          <ConsentField key={field.key} {...shared} url={field.url} />
        ) : (
          <Field key={field.key} name={field.key} {...shared} {...shapeOf(field)} />
        );
      })}
    </>
  );
}

const AUTOCOMPLETES: Record<string, string> = {
  name: 'name',
  email: 'email',
  phone: 'tel',
  company: 'organization',
};
const TYPES = { line: 'text', email: 'email', phone: 'tel' } as const;

function shapeOf({ key, kind, options }: FormField) {
  if (kind === 'paragraph') return { rows: 3 };
  if (kind === 'choice') return { options };
  const type = TYPES[kind as keyof typeof TYPES] ?? 'text';
  const autocomplete = AUTOCOMPLETES[key];
  return autocomplete ? { type, autocomplete } : { type };
}
