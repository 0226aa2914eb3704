// Whether this is a frame in a sandbox, which may open no windows and drop downloads. What the sandbox permits, nobody says; so the page only warns.

/** An origin of its own inside another page. @returns {boolean} */
export const inSandbox = () => self.origin === "null" && parent !== self;
