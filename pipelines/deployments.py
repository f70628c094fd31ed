"""The schedule: `synthesis serve` runs this until it is stopped."""

from __future__ import annotations

from prefect.schedules import Cron

from pipelines.flows import synthesis_flow
from synthesis.settings import Settings


def main() -> None:
    """Serve the flow on the schedule of the settings (cron, in the district's time zone)."""
    settings = Settings()
    synthesis_flow.serve(
        name="scheduled", schedules=[Cron(settings.schedule_cron, timezone=settings.timezone)], pause_on_shutdown=False
    )


if __name__ == "__main__":
    main()
