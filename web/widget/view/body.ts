// The inside of a message by its kind, and what a message says in one line.
import type { Words } from '../i18n';
import type { Pending } from '../outbox';
import type { FileBody, Message, ProductBody, TextBody } from '../protocol';
import { pieces } from '../text';
import * as cards from './cards';
import type { Context } from './context';
import { h } from './dom';
import { formCard } from './form';
import * as media from './media';

export function text(value: string): HTMLElement {
  return h(
    'span',
    { class: 'text', dir: 'auto' },
    ...pieces(value).map((piece) =>
      piece.href ? h('a', { href: piece.href, target: '_blank', rel: 'noopener noreferrer nofollow ugc' }, piece.text) : piece.text,
    ),
  );
}

export function body(context: Context, message: Message): HTMLElement {
  switch (message.kind) {
    case 'text':
      return text(String(message.body.text ?? ''));
    case 'image':
      return media.image(context, message.body);
    case 'voice':
      return media.voice(context, message.body, context.talk.files.show(message.body.file, false));
    case 'file':
      return media.attachment(context, message.body, message.body.file);
    case 'product':
      return cards.product(context, message.body);
    case 'order':
      return cards.order(context, message.body, message.seq);
    case 'coupon':
      return cards.coupon(context, message.body);
    case 'form':
      return formCard(context, message.body, message.seq);
    default:
      return h('em', { class: 'text' }, context.words.t('unknownKind'));
  }
}

/** What waits to be sent looks as it will when it is there. */
export function pendingBody(context: Context, item: Pending): HTMLElement {
  switch (item.kind) {
    case 'text':
      return text((item.body as TextBody).text);
    case 'product':
      return cards.product(context, item.body as ProductBody);
    case 'image':
      return media.localImage(context, item.client_id);
    case 'voice':
      return media.voice(
        context,
        { ms: item.file?.ms ?? null },
        context.talk.outbox.blob(item.client_id).then((blob) => (blob ? URL.createObjectURL(blob) : Promise.reject(new Error('gone')))),
      );
    case 'file':
      return media.attachment(context, item.file ?? (item.body as FileBody), null);
  }
}

/** One line of it, for quotes and for a screen reader. */
export function gist(message: Message, { t }: Words): string {
  if (message.state === 'erased') return t('erased');
  if (message.state === 'recalled') return t(message.from === 'buyer' ? 'recalledOwn' : 'recalledOther');
  switch (message.kind) {
    case 'text':
      return String(message.body.text ?? '').slice(0, 80);
    case 'image':
      return `[${t('image')}]`;
    case 'voice':
      return `[${t('voice')}]`;
    case 'file':
      return `[${t('file')}] ${message.body.name ?? ''}`;
    case 'order':
      return t('order', { number: message.body.number ?? '' });
    case 'product':
    case 'coupon':
    case 'form':
      return message.body.title ?? '';
    default:
      return '';
  }
}

/** The centred line of a system message; null for what the buyer need not know. */
export function systemLine(message: Extract<Message, { kind: 'system' }>, { t }: Words): string | null {
  const { event, name, group_name, by } = message.body;
  switch (event) {
    case 'assigned':
      return t('sysAssigned', { name: name || t('agent') });
    case 'transferred':
      return name || group_name ? t('sysTransferred', { name: name || group_name || '' }) : t('sysTransferredPlain');
    case 'closed':
      return t(by === 'buyer' ? 'sysClosedByYou' : 'sysClosed');
    case 'timed_out':
      return t('sysTimedOut');
    default:
      return null;
  }
}
