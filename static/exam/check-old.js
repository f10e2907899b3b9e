// Only browsers without modules run this: the exam room does not work in them.
document.getElementById("check-old").hidden = false;
document.getElementById("check-old").removeAttribute("hidden");
