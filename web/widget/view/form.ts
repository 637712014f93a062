// Fields to be filled in: the form card of an agent, and the pieces the other forms are made of.
import { problemKey } from '../i18n';
import { icon } from '../icons';
import type { FormBody, FormField } from '../protocol';
import { asProblem } from '../socket';
import type { Context } from './context';
import { type Child, h, setText } from './dom';

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

let numbers = 0;

/** A control with its name above and its mistake below. */
export function field(title: string, control: Control, required: boolean): HTMLElement {
  numbers += 1;
  const id = `f${numbers}`;
  control.id = id;
  control.setAttribute('aria-describedby', `${id}e`);
  if (required) control.setAttribute('aria-required', 'true');
  control.addEventListener('input', () => mark(control, ''));
  return h(
    'div',
    { class: 'field' },
    h('label', { for: id }, title, required ? h('span', { class: 'star', 'aria-hidden': 'true' }, ' *') : null),
    control,
    h('small', { class: 'wrong', id: `${id}e`, role: 'alert' }),
  );
}

function mark(control: Control, text: string): void {
  control.setAttribute('aria-invalid', String(text !== ''));
  const line = control.parentElement?.querySelector('.wrong');
  if (line) setText(line, text);
}

/** Marks every required control that is empty and goes to the first; true when all are filled. */
export function complete(controls: Iterable<Control>, text: string): boolean {
  let first: Control | null = null;
  for (const control of controls) {
    const empty = control.getAttribute('aria-required') === 'true' && control.value.trim() === '';
    mark(control, empty ? text : '');
    if (empty) first ??= control;
  }
  first?.focus();
  return first === null;
}

/** A form that sends once: `act` rejects with a `Problem`. */
export function sheet(context: Context, name: string, head: Child[], fields: HTMLElement[], submit: string, act: () => Promise<void>): HTMLFormElement {
  const { t } = context.words;
  const button = h('button', { type: 'submit', class: 'main' }, submit);
  const form = h(
    'form',
    {
      class: name,
      novalidate: true,
      onsubmit: (event: Event) => {
        event.preventDefault();
        void send();
      },
    },
    ...head,
    ...fields,
    h('div', { class: 'acts' }, button),
  );
  return form;

  async function send(): Promise<void> {
    if (button.disabled || !complete(form.querySelectorAll<Control>('input,textarea,select'), t('required'))) return;
    button.disabled = true;
    try {
      await act();
    } catch (thrown) {
      context.toast(t(problemKey(asProblem(thrown).code)));
    } finally {
      button.disabled = false;
    }
  }
}

export function formCard(context: Context, body: FormBody, seq: number): HTMLElement {
  const { t } = context.words;
  const asked = Array.isArray(body.fields) ? body.fields : [];
  const head = h('b', { class: 'head', dir: 'auto' }, body.title ?? '');
  const given = body.answers;
  if (given) {
    const said = asked.flatMap((one): Child[] => (given[one.name] ? [h('dt', { dir: 'auto' }, one.title), h('dd', { dir: 'auto' }, String(given[one.name]))] : []));
    return h('div', { class: 'card form' }, head, h('dl', null, ...said), h('p', { class: 'done' }, icon('check', 16), t('formDone')));
  }
  const controls = asked.map((one) => control(one, t('choose')));
  const fields = asked.map((one, at) => field(one.title, controls[at] as Control, one.required === true));
  return sheet(context, 'card form', [head], fields, t('submit'), () =>
    context.talk.answer(seq, {
      answers: Object.fromEntries(asked.map((one, at) => [one.name, controls[at]?.value.trim() ?? '']).filter(([, value]) => value !== '')),
    }),
  );
}

function control(one: FormField, choose: string): Control {
  if (one.kind !== 'choice') return h('input', { type: 'text', maxlength: 500, autocomplete: 'off' });
  return h('select', null, h('option', { value: '' }, choose), ...(one.choices ?? []).map((choice) => h('option', { value: choice }, choice)));
}
