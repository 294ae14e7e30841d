// Before anything is drawn: the look that the reader chose here.
try {
  const chosen = localStorage.getItem('badges-theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
} catch { /* storage is closed to this page: the system's look stays */ }
