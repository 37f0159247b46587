"""The names that Jira translates into the caller's language, and when it does."""

from cadence.demo.exchange import Request

NAMES: dict[str, dict[str, str]] = {
    "de": {
        "To Do": "Zu erledigen",
        "In Progress": "In Arbeit",
        "Done": "Fertig",
        "Epic": "Epos",
        "Story": "Geschichte",
        "Task": "Aufgabe",
        "Bug": "Fehler",
        "Sub-task": "Unteraufgabe",
        "Highest": "Höchste",
        "High": "Hoch",
        "Medium": "Mittel",
        "Low": "Niedrig",
        "Lowest": "Niedrigste",
        "Won't Do": "Wird nicht erledigt",
        "Duplicate": "Duplikat",
        "Cannot Reproduce": "Nicht reproduzierbar",
        "Summary": "Zusammenfassung",
        "Issue Type": "Vorgangstyp",
        "Project": "Projekt",
        "Assignee": "Zugewiesene Person",
        "Priority": "Priorität",
        "Resolution": "Lösung",
        "Created": "Erstellt",
        "Updated": "Aktualisiert",
        "Due date": "Fälligkeitsdatum",
        "Labels": "Stichwörter",
        "Components": "Komponenten",
        "Fix versions": "Lösungsversionen",
        "Parent": "Übergeordnet",
    },
    "fr": {
        "To Do": "À faire",
        "In Progress": "En cours",
        "Done": "Terminé",
        "Story": "Récit",
        "Task": "Tâche",
        "Bug": "Bogue",
        "Sub-task": "Sous-tâche",
        "Summary": "Résumé",
        "Issue Type": "Type de ticket",
        "Status": "État",
        "Project": "Projet",
        "Assignee": "Responsable",
        "Priority": "Priorité",
    },
}
"""What a site's usual names are called elsewhere; other names are as people wrote them."""


def language_of(request: Request, profile: str) -> str:
    """Return the language of an answer: the profile's, unless the request forces another."""
    forced = request.headers.get("x-force-accept-language", "").lower() == "true"
    asked = request.headers.get("accept-language", "")[:2].lower()
    return asked if forced and asked else profile


def translated(name: str, language: str) -> str:
    """Return a name as it is called in a language."""
    return NAMES.get(language, {}).get(name, name)
