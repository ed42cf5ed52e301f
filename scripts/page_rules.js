// Rules of accessibility that a program can check (after WCAG 2.2), for the page that is open. The value is a list
// of faults.
(() => {
  const faults = [];
  const isSeen = (node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !node.closest(".unseen");
  const short = (node) => node.outerHTML.slice(0, 90);

  // 3.1.1, 2.4.2: the language and the title.
  if (!document.documentElement.lang) faults.push("the page has no language");
  if (!document.title.trim()) faults.push("the page has no title");

  // 4.1.1: an id stands for one thing.
  const identifiers = Array.from(document.querySelectorAll("[id]"), (node) => node.id);
  for (const id of new Set(identifiers)) {
    if (identifiers.indexOf(id) !== identifiers.lastIndexOf(id)) faults.push(`#${id} is there twice`);
  }

  // 4.1.2, 1.1.1: everything that can be used or seen as a picture has a name.
  const text = (node) => node?.textContent.trim() ?? "";
  const nameOf = (node) => {
    const labelled = node.getAttribute("aria-labelledby")?.split(/\s+/).map((id) => text(document.getElementById(id))).join(" ").trim();
    return labelled || node.getAttribute("aria-label")?.trim() || node.getAttribute("alt")?.trim() || text(node.labels?.[0]) || text(node);
  };
  for (const node of document.querySelectorAll("button, a[href], input, select, [role=img], img, canvas, svg, section, [role=group]")) {
    if (node.closest("[aria-hidden=true]") || node.closest("[hidden]") || node.dataset.waiting !== undefined) continue;
    if (!nameOf(node)) faults.push(`no name: ${short(node)}`);
  }
  for (const attribute of ["aria-labelledby", "aria-describedby", "aria-controls"]) {
    for (const node of document.querySelectorAll(`[${attribute}]`)) {
      for (const id of node.getAttribute(attribute).split(/\s+/)) {
        if (!document.getElementById(id)) faults.push(`${attribute} leads nowhere: ${short(node)}`);
      }
    }
  }

  // 1.3.1: landmarks and headings in their order.
  for (const landmark of ["header", "main", "footer"]) {
    if (document.querySelectorAll(`body > ${landmark}`).length !== 1) faults.push(`not exactly one ${landmark}`);
  }
  let level = 0;
  const headings = Array.from(document.querySelectorAll("h1, h2, h3, h4, h5, h6"));
  if (headings.filter((node) => node.localName === "h1").length !== 1) faults.push("not exactly one h1");
  for (const node of headings) {
    const next = Number(node.localName.slice(1));
    if (next > level + 1) faults.push(`a heading skips a level: ${short(node)}`);
    level = next;
    if (!text(node)) faults.push(`an empty heading: ${short(node)}`);
  }
  for (const node of document.querySelectorAll("li")) {
    if (!["UL", "OL", "MENU"].includes(node.parentElement.tagName)) faults.push(`li outside of a list: ${short(node)}`);
  }

  // 2.4.3: the order of focus is that of the page.
  for (const node of document.querySelectorAll("[tabindex]")) {
    if (node.tabIndex > 0) faults.push(`tabindex above 0: ${short(node)}`);
  }
  for (const node of document.querySelectorAll("[aria-hidden=true] a[href], [aria-hidden=true] button")) {
    faults.push(`a control that is hidden from screen readers: ${short(node)}`);
  }

  // 4.1.3: messages are told; but nothing that changes many times a second.
  if (!document.querySelector("[role=status], [role=alert], [aria-live=polite]")) faults.push("nothing tells messages");
  for (const node of document.querySelectorAll("[role=status], [aria-live]")) {
    if (node.querySelector(".value, .confidence, .scores, .card")) faults.push(`a live region that never rests: ${short(node)}`);
  }

  // 2.5.8: controls are large enough to hit; links inside text are excepted.
  for (const node of document.querySelectorAll("button, .button, input, select")) {
    if (!isSeen(node)) continue;
    const box = node.getBoundingClientRect();
    if (box.width < 24 || box.height < 24) faults.push(`smaller than 24 px: ${short(node)}`);
  }

  // 1.4.3: text stands out from its ground by 4.5, large text by 3. 1.4.11: the edges of controls by 3.
  const parse = (colour) => {
    const numbers = colour.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
    return numbers.length === 3 ? [...numbers, 1] : numbers;
  };
  const over = (top, bottom) => [0, 1, 2].map((index) => top[index] * top[3] + bottom[index] * (1 - top[3])).concat(1);
  const ground = (node) => {
    const layers = [];
    for (let place = node; place; place = place.parentElement) layers.push(parse(getComputedStyle(place).backgroundColor));
    return layers.reverse().reduce((bottom, top) => over(top, bottom), [255, 255, 255, 1]);
  };
  const luminance = (colour) => {
    const [red, green, blue] = colour.slice(0, 3).map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const seenTexts = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || seenTexts.has(node) || !isSeen(node)) continue;
    if (node.closest("script, style, template, noscript")) continue;
    seenTexts.add(node);
    const style = getComputedStyle(node);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const below = ground(node);
    const ratio = contrast(over(parse(style.color), below), below);
    if (ratio < (isLarge ? 3 : 4.5)) faults.push(`contrast ${ratio.toFixed(2)}: ${short(node)}`);
    if (size < 12) faults.push(`letters of ${size} px: ${short(node)}`);
  }
  for (const node of document.querySelectorAll("button:not(.plain), .button")) {
    if (!isSeen(node)) continue;
    const ratio = contrast(parse(getComputedStyle(node).borderTopColor), ground(node.parentElement));
    if (ratio < 3) faults.push(`the edge's contrast ${ratio.toFixed(2)}: ${short(node)}`);
  }
  return faults;
})();
