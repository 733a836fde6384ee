import { parseRoute, type Route } from "../routes.ts";

/** The page's address as state. */
class Router {
  route = $state.raw<Route>(parseRoute(location.hash));

  constructor() {
    addEventListener("hashchange", () => {
      const before = this.route.page;
      this.route = parseRoute(location.hash);
      if (this.route.page === before) return;
      scrollTo(0, 0);
      // A screen reader goes on reading where the new page begins.
      document.getElementById("main")?.focus({ preventScroll: true });
    });
  }

  go(href: string): void {
    location.hash = href;
  }

  /** Changes the address without a step in the browser's history, e.g. while somebody types. */
  replace(href: string): void {
    history.replaceState(history.state, "", href);
    this.route = parseRoute(location.hash);
  }
}

export const router = new Router();
