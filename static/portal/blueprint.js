// The points of the paper while its parts are being changed: items times points each, and their sum.

const form = document.querySelector("form[data-sum]");

function sum() {
  let total = 0;
  for (const part of form.querySelectorAll("[data-part]")) {
    const [count, points] = [...part.querySelectorAll("input")].map((field) => Number(field.value));
    const product = Number.isInteger(count * points) ? count * points : 0;
    part.querySelector("[data-product]").textContent = product;
    total += product;
  }
  const place = form.querySelector("[data-total]");
  place.textContent = total;
  place.toggleAttribute("data-off", total !== Number(form.dataset.sum));
}

form?.addEventListener("input", sum);
if (form) sum();
