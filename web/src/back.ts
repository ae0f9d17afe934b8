// A form has an entry of its own in the history, so that Back closes the form and does not leave the page.

const form = 'form';
/** Whether the page stands at the entry of a form, which may be closed by now. */
let atForm = history.state === form;
/** Closes the form that is open; false where it must stay. Null where none is open. */
let close: (() => boolean) | null = null;

function enter(): void {
  if (!atForm) history.pushState(form, '');
  atForm = true;
}

/** `leave` is asked to close the form when Back is pressed. Result: to be called once the form is closed. */
export function enterForm(leave: () => boolean): () => void {
  close = leave;
  enter();
  return () => { if (close === leave) close = null; };
}

/** Goes to another address of the page. The entry of a form that is closed by now makes room. */
export function goTo(address: string): void {
  history[atForm ? 'replaceState' : 'pushState'](null, '', address);
  atForm = false;
}

addEventListener('popstate', (event) => {
  const was = atForm;
  atForm = history.state === form;
  if (!was) return;
  event.stopImmediatePropagation(); // the address is the same
  if (!close) history.back(); // from the entry of a form that is closed already
  else if (!close()) enter();
});
