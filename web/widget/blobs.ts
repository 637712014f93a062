// Pictures and recordings that were chosen but not yet uploaded, kept over a reload.
// Best effort: where IndexedDB is missing or refuses, they live as long as the page.

const STORE = 'blobs';

function door(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const ask = indexedDB.open('xiaoer', 1);
    ask.onupgradeneeded = () => ask.result.createObjectStore(STORE);
    ask.onsuccess = () => resolve(ask.result);
    ask.onerror = () => reject(ask.error);
    ask.onblocked = () => reject(new Error('blocked'));
  });
}

async function within<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | null> {
  try {
    const db = await door();
    try {
      return await new Promise<T>((resolve, reject) => {
        const ask = act(db.transaction(STORE, mode).objectStore(STORE));
        ask.onsuccess = () => resolve(ask.result);
        ask.onerror = () => reject(ask.error);
      });
    } finally {
      db.close();
    }
  } catch {
    return null;
  }
}

export const keepBlob = (key: string, blob: Blob): Promise<unknown> => within('readwrite', (store) => store.put(blob, key));
export const dropBlob = (key: string): Promise<unknown> => within('readwrite', (store) => store.delete(key));
export async function findBlob(key: string): Promise<Blob | null> {
  const found = await within<unknown>('readonly', (store) => store.get(key) as IDBRequest<unknown>);
  return found instanceof Blob ? found : null;
}
