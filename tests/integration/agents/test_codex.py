"""Codex under happyd."""

from real_agent import Agent, main

main(Agent(
    name="codex",
    pipe=["exec", "--skip-git-repo-check", "-"],
    ready="Ask Codex to do anything",
    question="Would you like to run the following command?",
    approve="y",
    tool='[[tool:exec_command {"cmd":"touch tool.txt && echo touched",'
         '"sandbox_permissions":"require_escalated","justification":"Needs it"}]]',
))
