/** The address of the page that makes the visit. */
export const pageFor = (plan) =>
  `${plan.base}/tests/conformance/page.html#${encodeURIComponent(JSON.stringify(plan))}`;
