from reports.views.desk import home

__all__ = ["home"]
