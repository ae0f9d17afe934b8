// FullCalendar's dragging, with one difference: an event is held where it was gripped. FullCalendar holds it by the middle of the half hour
// that was gripped, and sets it down by quarters. So a press in the other quarter would move an event without any motion.
import plugin from '@fullcalendar/interaction';

export const interactionPlugin: typeof plugin = {
  ...plugin,
  componentInteractions: plugin.componentInteractions.map((Interaction) => class extends Interaction {
    constructor(settings: ConstructorParameters<typeof Interaction>[0]) { super({ ...settings, useEventCenter: false }); }
  }),
};
