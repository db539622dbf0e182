// Audits the sign-in page and, signed in, the chat page. Prints {page: {url, performance, accessibility}} as JSON.
// node audit.mjs SERVER_URL CHROMIUM PROFILE_DIR EMAIL PASSWORD
import lighthouse from 'lighthouse';
import puppeteer from 'puppeteer-core';

const [server, chromium, profile, email, password] = process.argv.slice(2);

const browser = await puppeteer.launch({
  executablePath: chromium,
  userDataDir: profile,
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'],
});

async function audit(page, url) {
  const flags = { onlyCategories: ['performance', 'accessibility'], disableStorageReset: true, logLevel: 'silent' };
  const { lhr } = await lighthouse(url, flags, undefined, page);
  const score = (name) => Math.round((lhr.categories[name].score ?? 0) * 100);
  return { url: new URL(lhr.finalDisplayedUrl).pathname, performance: score('performance'), accessibility: score('accessibility') };
}

try {
  const page = await browser.newPage();
  const result = { 'sign-in': await audit(page, `${server}/login`) };
  await page.goto(`${server}/login`);
  await page.locator('input[type=email]').fill(email);
  await page.locator('input[type=password]').fill(password);
  await page.locator('button[type=submit]').click();
  await page.waitForFunction(() => location.pathname === '/');
  result.chat = await audit(page, `${server}/`);
  console.log(JSON.stringify(result));
} finally {
  await browser.close();
}
