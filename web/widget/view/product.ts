// "What you are looking at": one tap sends the product of the page.
import { money } from '../format';
import { icon } from '../icons';
import { webAddress } from '../text';
import type { Context } from './context';
import { h, iconButton, type View } from './dom';
import { productPicture } from './media';

export function productBar(context: Context): View {
  const { talk, ui } = context;
  const { t } = context.words;
  const el = h('div', { class: 'browsing', hidden: true, role: 'group', 'aria-label': t('browsing') });
  let shown = '';
  return {
    el,
    update() {
      const { product } = talk;
      el.hidden = product === null || ui.productDismissed;
      const mark = JSON.stringify(product);
      if (!product || mark === shown) return;
      shown = mark;
      const picture = product.picture ? webAddress(product.picture, location.href) : null;
      el.replaceChildren(
        productPicture(context, picture),
        h('div', { class: 'lines' }, h('small', null, t('browsing')), h('b', { dir: 'auto' }, product.title), h('span', { class: 'price' }, money(product.price_fen))),
        h(
          'button',
          {
            type: 'button',
            class: 'plain',
            onclick: () => {
              const { title, price_fen } = product;
              talk.send('product', { product: product.product, sku: null, title, spec: null, price_fen: price_fen ?? null, picture }, null, ui.stage);
              ui.productDismissed = true;
              context.changed();
              context.write();
            },
          },
          t('sendProduct'),
        ),
        iconButton(t('dismiss'), icon('close', 16), () => {
          ui.productDismissed = true;
          context.changed();
          context.write();
        }),
      );
    },
  };
}
