from accounts.queries.events import event_details, events_visible_to, history, of_people_named

__all__ = ["event_details", "events_visible_to", "history", "of_people_named"]
