// Copies a text without asking for a permission: the clipboard where it is allowed, else the old command, else the text stands selected for the
// reader's own keys. It says "copied" only when it is true.

/**
 * @param {HTMLInputElement | HTMLTextAreaElement} box shows the text
 * @returns {Promise<boolean>} whether it was copied; otherwise the box is selected
 */
export async function copyFrom(box) {
  try {
    await navigator.clipboard.writeText(box.value);
    return true;
  } catch {
    box.focus();
    box.select();
    box.setSelectionRange(0, box.value.length);
    return oldCommand();
  }
}

function oldCommand() {
  try {
    return document.execCommand("copy");
  } catch {
    return false;
  }
}
