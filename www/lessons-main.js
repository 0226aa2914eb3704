// The second script of the page, behind the engine: it says that the engine has arrived, and brings the course and its texts, which the page calls.
import { createCourse } from "./course.js";

dispatchEvent(new Event("lstm-engine"));
dispatchEvent(new CustomEvent("lstm-lessons", { detail: createCourse }));
