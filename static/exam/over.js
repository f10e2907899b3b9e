// A sitting that is over: the portal is asked to close it, so that the result shows without a press of the button.
const form = document.getElementById("close-over");
setTimeout(() => form.requestSubmit ? form.requestSubmit() : form.submit(), 1500);
