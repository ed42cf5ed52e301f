// Small pieces that the page's parts share.

export const element = (id) => document.getElementById(id);

// Touches the page only where something changes: a screen reader and the layout stay calm.
export const setText = (node, text) => {
  if (node.textContent !== text) node.textContent = text;
};

export const percent = (fraction) => `${Math.round(fraction * 100)} %`;

export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export const EMOTIONS = ["anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral"];

// The first letter of a word as a capital.
export const capitalised = (word) => word.charAt(0).toUpperCase() + word.slice(1);
