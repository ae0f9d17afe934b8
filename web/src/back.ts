// A form gets its own history entry, so that Back closes the form instead of leaving the page.

const form = 'form';
/** Whether the current history entry is a form's. The form may be closed already. */
let atForm = history.state === form;
/** Closes the open form, or returns false if it must stay. Null if no form is open. */
let close: (() => boolean) | null = null;

function enter(): void {
  if (!atForm) history.pushState(form, '');
  atForm = true;
}

/** On Back, `leave` is asked to close the form. The caller must call the result once the form is closed. */
export function enterForm(leave: () => boolean): () => void {
  close = leave;
  enter();
  return () => { if (close === leave) close = null; };
}

/** Goes to another address of the page. The new entry replaces that of a closed form. */
export function goTo(address: string): void {
  history[atForm ? 'replaceState' : 'pushState'](null, '', address);
  atForm = false;
}

addEventListener('popstate', (event) => {
  const was = atForm;
  atForm = history.state === form;
  if (!was) return;
  event.stopImmediatePropagation(); // the address is the same
  if (!close) history.back(); // skip the entry of a closed form
  else if (!close()) enter();
});
