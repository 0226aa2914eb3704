// The second script of the page, behind the engine: the course and its texts. It does nothing by itself; the page calls it when it has arrived.
import { createCourse } from "./course.js";

dispatchEvent(new CustomEvent("lstm-lessons", { detail: createCourse }));
