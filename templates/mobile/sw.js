{# The worker, in the words of the user: static/js/mobile/worker/main.js does the work. Context: `app`, a dictionary. -#}
{% from "mobile/texts.html" import texts with context -%}
import { serve } from "/static/js/mobile/worker/main.js";

serve({{ dict(app, texts=texts)|tojson }});
